# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
import pandas as pd
import numpy as np
df = pd.read_csv('data/mails_200.csv')
L=[]
for i in range(len(df)):
  t = str(df['subject'][i])+str(df['body'][i])
  L.append(len(t)/2.87)
m = np.mean(L)
a=0
b=0
for st,o,r in [(800,215,103),(610,62,101),(3460,480,105)]:
   a=a+(st+m)*r/100
   b=b+o*r/100
a=np.int64(a*50000)
b=np.float64(b*50000)
d=a*4/1000000+b*20/1000000
ESTIMATE = dict(daily_usd=d,daily_range=[str(round(d*.8)),d*1.3],monthly_usd=np.round(d*22+d*8*.3),
 tokens_in_per_day=a,tokens_out_per_day=b,drivers=('s3.STATIC ','S3.out','S2.email'),saving_claimed="48%")

# cell: changes
PLAN = dict(cache=1, strip_quotes="yes", batch=False)
